"""Alembic runs migrations on the connection that the page has open."""

from alembic import context

from auditor.web.database import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
