"""Pages by key: page 1,000 of 100,000 frames costs what page 1 costs."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """Cursor over the primary key; ``?page_size=`` up to 1,000."""

    ordering = "id"
    page_size_query_param = "page_size"
    max_page_size = 1000
