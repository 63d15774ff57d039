using System.Collections.Frozen;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;

namespace CloudPacs.Integration.Resources;

/// <summary>The FHIR resource types that show rows, in the order in which they are written.</summary>
internal static class ResourceTypes
{
    public static IReadOnlyList<ResourceType> All { get; } =
    [
        new PatientResource(), new EncounterResource(), new ServiceRequestResource(), new TaskResource(), new AppointmentResource(),
        new ProcedureResource(), new DiagnosticReportResource(), new ObservationResource(),
    ];

    /// <summary>What follows from rows and is not written by maps.</summary>
    public static IReadOnlyList<OwnedElements> Owned { get; } = [.. All.Select(static type => type.Owned)];

    private static readonly FrozenDictionary<Type, ResourceType[]> ByRow =
        All.GroupBy(static type => type.RowType).ToFrozenDictionary(static types => types.Key, static types => types.ToArray());

    /// <summary>The types that show rows of a kind; none for those that are not shown.</summary>
    public static ReadOnlySpan<ResourceType> Of(Row row) => ByRow.GetValueOrDefault(row.GetType());
}
