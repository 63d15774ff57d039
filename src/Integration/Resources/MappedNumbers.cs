using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Integration.Resources;

/// <summary>Identifiers of rows as the maps know them.</summary>
internal static class MappedNumbers
{
    public static MappedIdentifier ToMapped(this Identifier number) =>
        new(number.Value, number.Namespace, number.UniversalId, number.UniversalIdType, number.TypeCode);

    public static MappedIdentifier? ToMapped(this Identifier? number) => number is { } known ? known.ToMapped() : null;
}
