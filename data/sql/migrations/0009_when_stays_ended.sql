-- The end of the hour before which all patients of a row had left; null for loads from before this.

alter table stays add column left_before_utc timestamptz;
