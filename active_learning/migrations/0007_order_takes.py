import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('active_learning', '0006_order_left'),
        ('core', '0004_device_use'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderTake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(max_length=32)),
                ('settings', models.JSONField(help_text='All settings of the step, as validated.')),
                ('file', models.CharField(blank=True, help_text="In the order's folder; empty until it is made.", max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.job')),
                ('picture', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takes', to='active_learning.orderpicture')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
