-- Every decision on which model is live for a site and stream, kept for ever; the newest counts.
-- A null model: back to automatic choice. gate_scores: what the decision rested on, as JSON.
create table model_configurations (
    promotion_id integer primary key,
    site varchar not null,
    stream varchar not null,
    model varchar,
    toml varchar,
    hash varchar,
    promoted_at_utc timestamptz not null,
    who varchar not null,
    reason varchar not null,
    overruled boolean not null,
    gate_scores varchar not null,
    check ((model is null) = (toml is null) and (model is null) = (hash is null))
);
