using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Translation;

/// <summary>Identifiers of rows as the maps know them, and those of messages as rows do.</summary>
internal static class MappedNumbers
{
    public static Identifier ToIdentifier(this MappedIdentifier number) =>
        new(number.Value, number.Namespace, number.UniversalId, number.UniversalIdType, number.TypeCode);

    public static MappedIdentifier ToMapped(this Identifier number) =>
        new(number.Value, number.Namespace, number.UniversalId, number.UniversalIdType, number.TypeCode);

    public static MappedIdentifier? ToMapped(this Identifier? number) => number is { } known ? known.ToMapped() : null;
}
