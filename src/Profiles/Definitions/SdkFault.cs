using System.Text.Json;
using Hl7.Fhir.Serialization;

namespace CloudPacs.Profiles.Definitions;

/// <summary>
/// Tells faults of the SDK that come of what it was given, which it does not always look at before: a decimal with an exponent, which the
/// standard allows, a canonical address with two versions, or one that is no URI.
/// </summary>
internal static class SdkFault
{
    public static bool IsOfInput(Exception fault) => fault
        is DeserializationFailedException or JsonException or ArgumentException or FormatException or InvalidOperationException
        or NotSupportedException;
}
