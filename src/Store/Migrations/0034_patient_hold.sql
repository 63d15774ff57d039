-- Why nothing of a patient may be deleted; NULL = it may.
ALTER TABLE patient ADD COLUMN hold text;
