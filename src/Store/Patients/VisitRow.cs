namespace CloudPacs.Store.Patients;

/// <summary>A visit (HL7 PV1): number scoped by authority, state, and the DICOM visit-level attributes.</summary>
public sealed class VisitRow(Guid id) : Row(id)
{
    public required Guid PatientId { get; set => SetKey(ref field, value); }

    public required Identifier Number { get; set => SetKey(ref field, value); }

    /// <summary>FHIR EncounterStatus: planned, arrived, in-progress, finished, cancelled, entered-in-error, unknown.</summary>
    public required string Status { get; set; }

    /// <summary>Patient class of PV1-2 as sent (I, O, E …), or null.</summary>
    public string? PatientClass { get; set; }

    /// <summary>Visit-level attributes.</summary>
    public StoredAttributes Attributes { get; set; } = StoredAttributes.None;

    private protected override Action CaptureValues()
    {
        var before = (VisitRow)MemberwiseClone();
        return () =>
        {
            PatientId = before.PatientId;
            Number = before.Number;
            Status = before.Status;
            PatientClass = before.PatientClass;
            Attributes = before.Attributes;
        };
    }
}
