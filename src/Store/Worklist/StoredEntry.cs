using CloudPacs.Store.Orders;
using CloudPacs.Store.Patients;

namespace CloudPacs.Store.Worklist;

/// <summary>
/// A scheduled procedure step with everything that its worklist entry shows. The rows are this entry's own and carry no other parts.
/// </summary>
public sealed record StoredEntry(StepRow Step, ProcedureRow Procedure, OrderRow Order, PatientRow Patient, VisitRow? Visit);

/// <summary>A step whose time is over, with the keys that its order is found and locked by.</summary>
public sealed record OverdueStep(Guid StepId, string AccessionNumber, string StudyInstanceUid);
