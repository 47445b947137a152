import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('active_learning', '0007_order_takes'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text="Of none of the order's pictures.", max_length=300)),
                ('file', models.CharField(help_text="In the order's folder.", max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='active_learning.order')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('order', 'key'), name='one_reference_a_key')],
            },
        ),
    ]
