using CloudPacs.Dicom;
using CloudPacs.Store;

namespace CloudPacs.Domain.Patients;

/// <summary>
/// What a command says of a patient and of one visit. An attribute that is missing is no news, an empty one empties what is stored, a value
/// replaces it.
/// </summary>
public sealed class PatientDetails : Details
{
    /// <summary>The id by which the patient is known first.</summary>
    public Identifier? Primary { get; init; }

    /// <summary>Further ids that the patient has now.</summary>
    public IReadOnlyList<Identifier> Others { get; init; } = [];

    /// <summary>Ids that go away or move.</summary>
    public IReadOnlyList<Identifier> Prior { get; init; } = [];

    public Identifier? Account { get; init; }

    public Identifier? PriorAccount { get; init; }

    public Identifier? Visit { get; init; }

    public Identifier? PriorVisit { get; init; }

    public string? PatientClass { get; init; }

    /// <summary>Patient module.</summary>
    public DataSet Attributes { get; init; } = new();

    /// <summary>Visit modules.</summary>
    public DataSet VisitAttributes { get; init; } = new();
}
