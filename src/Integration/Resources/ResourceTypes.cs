using System.Collections.Frozen;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;

namespace CloudPacs.Integration.Resources;

/// <summary>The FHIR resource types that show rows, in the order in which they are written.</summary>
internal static class ResourceTypes
{
    public static IReadOnlyList<ResourceType> All { get; } =
        [new PatientResource(), new EncounterResource(), new ServiceRequestResource(), new TaskResource(), new AppointmentResource()];

    /// <summary>What follows from rows and is not written by maps.</summary>
    public static IReadOnlyList<OwnedElements> Owned { get; } = [.. All.Select(static type => type.Owned)];

    private static readonly FrozenDictionary<Type, ResourceType> ByRow = All.ToFrozenDictionary(static type => type.RowType);

    /// <summary>The type that shows rows of a kind; null when none does.</summary>
    public static ResourceType? Of(Row row) => ByRow.GetValueOrDefault(row.GetType());
}
