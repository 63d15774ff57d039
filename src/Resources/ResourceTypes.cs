using System.Collections.Frozen;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;

namespace CloudPacs.Resources;

/// <summary>The FHIR resource types that show rows, in the order in which they are written.</summary>
internal static class ResourceTypes
{
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        new PatientResource(), new EncounterResource(), new ServiceRequestResource(), new TaskResource(), new AppointmentResource(),
        new ProcedureResource(), new ImagingStudyResource(), new DiagnosticReportResource(), new ObservationResource(),
    ];

    /// <summary>What follows from rows and is not written by maps.</summary>
    public static IReadOnlyList<OwnedElements> Owned { get; } = [.. All.Select(static type => type.Owned)];

    private static readonly FrozenDictionary<Type, ResourceType[]> ByRow =
        All.GroupBy(static type => type.RowType).ToFrozenDictionary(static types => types.Key, static types => types.ToArray());

    private static readonly FrozenDictionary<string, ResourceType> ByName = All.ToFrozenDictionary(static type => type.Name);

    private static readonly FrozenDictionary<string, string> ByAct = new Dictionary<string, string>
    {
        ["patient"] = "Patient", ["visit"] = "Encounter", ["order"] = "ServiceRequest", ["step"] = "Task", ["appointment"] = "Appointment",
        ["performed"] = "Procedure", ["report"] = "DiagnosticReport", ["study"] = "ImagingStudy",
    }.ToFrozenDictionary();

    /// <summary>The descriptor of a type; null for a type that shows no rows.</summary>
    public static ResourceType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The resource that shows the row that an act of the audit trail, such as <c>order.placed</c>, was done to.</summary>
    public static string ReferenceOf(string act, string row) =>
        ByAct.TryGetValue(act.Split('.')[0], out var type) ? $"{type}/{row}" : row;

    /// <summary>The types that show rows of a kind; none for those that are not shown.</summary>
    public static ReadOnlySpan<ResourceType> Of(Row row) => ByRow.GetValueOrDefault(row.GetType());
}
