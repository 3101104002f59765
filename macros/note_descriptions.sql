{#- At the end of a run: the descriptions of the tables that were built, as comments in the database, for those who read it with a
    tool of their own. All in one query of many statements: dbt's persist_docs sends one for each column, a third of a small build. -#}
{% macro note_descriptions(results) %}
    {{ return(adapter.dispatch('note_descriptions', 'medfund')(results)) }}
{% endmacro %}

{#- on another engine persist_docs does it, where it is switched on -#}
{% macro default__note_descriptions(results) %}{% endmacro %}

{% macro duckdb__note_descriptions(results) %}
    {% set statements = [] %}
    {% for result in results if result.status == 'success' and result.node.resource_type in ('model', 'seed')
        and result.node.config.materialized != 'view' %}
        {% set node = result.node %}
        {% if node.description %}
            {% do statements.append('comment on table ' ~ node.relation_name ~ " is '"
                ~ node.description.strip().replace("'", "''") ~ "'") %}
        {% endif %}
        {% for column in node.columns.values() if column.description %}
            {% do statements.append('comment on column ' ~ node.relation_name ~ '."' ~ column.name ~ '" is \''
                ~ column.description.strip().replace("'", "''") ~ "'") %}
        {% endfor %}
    {% endfor %}
    {% if statements %}
        {% do run_query(statements | join('; ')) %}
    {% endif %}
{% endmacro %}
