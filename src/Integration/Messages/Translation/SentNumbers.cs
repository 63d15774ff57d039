using CloudPacs.Mapping;
using CloudPacs.Store;

namespace CloudPacs.Integration.Messages.Translation;

/// <summary>Numbers of messages as identifiers of rows.</summary>
internal static class SentNumbers
{
    public static Identifier ToIdentifier(this MappedIdentifier number) =>
        new(number.Value, number.Namespace, number.UniversalId, number.UniversalIdType, number.TypeCode);

    public static Identifier? ToIdentifier(this MappedIdentifier? number) => number is { } known ? known.ToIdentifier() : null;
}
