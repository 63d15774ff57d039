-- Every change of an order asks for its performed steps: a list of entries that are still to be put in place would be read each time.
ALTER INDEX performed_procedure_step_orders SET (fastupdate = off);
SELECT gin_clean_pending_list('performed_procedure_step_orders');
