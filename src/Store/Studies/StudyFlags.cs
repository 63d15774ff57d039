namespace CloudPacs.Store.Studies;

/// <summary>Flags of studies by which it is known whether a person should look at them.</summary>
public static class StudyFlags
{
    /// <summary>Some of its images show another patient than those before them, and are not shown.</summary>
    public const string PatientConflict = "patient-conflict";

    /// <summary>Some of its images show another id of its patient than those before them.</summary>
    public const string SeveralIds = "several-patient-ids";

    /// <summary>The orders that its images name are of another patient.</summary>
    public const string PatientMismatch = "patient-mismatch";

    /// <summary>Its images show no id of a patient, so none of the orders that they name is sure.</summary>
    public const string NoPatientId = "no-patient-id";

    /// <summary>Its images show another birth date than the patient of its order has.</summary>
    public const string BirthDateMismatch = "birth-date-mismatch";

    /// <summary>Its images show the other sex than the patient of its order has.</summary>
    public const string SexMismatch = "sex-mismatch";

    /// <summary>A person said that there is no order.</summary>
    public const string NoOrder = "no-order";
}
