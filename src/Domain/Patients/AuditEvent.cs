namespace CloudPacs.Domain.Patients;

/// <summary>One act for the audit table: a verb such as <c>order.placed</c> or <c>patient.merged</c> and the row that it was done to.</summary>
internal sealed record AuditEvent(string Verb, Guid Subject);
