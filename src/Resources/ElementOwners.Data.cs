using System.Collections.Frozen;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Resources;

/// <summary>What a client may do about an element that follows from rows.</summary>
internal enum ClientSay
{
    /// <summary>Nothing: another value is refused.</summary>
    None,

    /// <summary>It may add one where there is none.</summary>
    Adds,

    /// <summary>Another value is the command that a message would be.</summary>
    Commands,
}

/// <summary>
/// Who owns which element. Those listed here follow from rows: no map writes them, and what a client says of them is a command or is
/// refused. What maps write belongs to whoever described it last, a message or a client. All others are a client's, and nobody else's.
/// </summary>
internal static class ElementOwners
{
    private const string Merged = "it follows from merges (A40) and links";
    private const string Given = "numbers are given when an order is placed; NA or a new order gives others";
    private const string Moved = "what belongs to one patient goes to another by a merge or a move (A40, A43, A45)";
    private const string ByReport = "it follows from the report: send a later version of it (ORU, MDM)";
    private const string ByModality = "it follows from what the modality performed (MPPS)";
    private const string ByImages = "it follows from the images and from the order that they are linked with";
    private const string ByStep = "it follows from the state of the step";
    private const string ByOrder = "it follows from the order";

    // Type, elements (items of a list by their ids), what a client may do, and why not more.
    private static readonly (string Type, string Elements, ClientSay Say, string Why)[] Rows =
    [
        ("Patient", "active", ClientSay.None, "a patient is in use until it is merged or deleted"),
        ("Patient", "link", ClientSay.Commands, Merged),
        ("Patient", "identifier[primary]", ClientSay.None, "the id by which a patient is known is changed by a merge (A40) or a change of id (A47)"),
        ("Patient", "identifier[other-*]", ClientSay.Adds, "an id is taken away by whoever gave it (A08), or moves (A43)"),
        ("Patient", "identifier[prior-*]", ClientSay.None, Merged),

        ("Encounter", "status", ClientSay.Commands, ""),
        ("Encounter", "subject", ClientSay.None, Moved),

        ("ServiceRequest", "status", ClientSay.Commands, ""),
        ("ServiceRequest", "occurrenceDateTime occurrencePeriod", ClientSay.Commands, ""),
        ("ServiceRequest", "occurrenceTiming", ClientSay.None, "a step has one start: give a dateTime or a period"),
        ("ServiceRequest", "intent", ClientSay.None, "it says who placed the order"),
        ("ServiceRequest", "subject encounter", ClientSay.None, Moved),
        ("ServiceRequest", "basedOn[parent] replaces[former]", ClientSay.None, "orders are bound together when they are placed"),
        ("ServiceRequest", "identifier[placer] identifier[filler] identifier[accession] identifier[study] identifier[procedure]", ClientSay.None, Given),

        ("Task", "status", ClientSay.Commands, ""),
        ("Task", "statusReason", ClientSay.Commands, "a reason goes with a change of status"),
        ("Task", "executionPeriod owner", ClientSay.Commands, ""),
        ("Task", "businessStatus", ClientSay.None, ByStep),
        ("Task", "intent focus basedOn[order] for encounter", ClientSay.None, ByOrder),
        ("Task", "identifier[step]", ClientSay.None, Given),

        ("Appointment", "status", ClientSay.Commands, ""),
        ("Appointment", "basedOn[order]", ClientSay.Adds, "a booking for another order is another booking"),
        ("Appointment", "participant[patient]", ClientSay.None, Moved),

        ("Procedure", "identifier[instance] status statusReason subject basedOn code performedPeriod", ClientSay.None, ByModality),

        ("ImagingStudy",
            "contained identifier[study] identifier[accession] status modality subject encounter started basedOn referrer interpreter endpoint "
            + "procedureReference numberOfSeries numberOfInstances procedureCode reasonCode reasonReference description series",
            ClientSay.None, ByImages),

        ("DiagnosticReport",
            "identifier[document] identifier[placer] identifier[filler] identifier[accession] status subject encounter basedOn[order] "
            + "imagingStudy[study] result[result-*] issued presentedForm extension[parent]",
            ClientSay.None, ByReport),

        ("Observation", "status subject encounter basedOn[order]", ClientSay.None, ByReport),
    ];

    private static readonly FrozenDictionary<string, OwnedElements> Owned = Rows.GroupBy(static row => row.Type).ToFrozenDictionary(
        static rows => rows.Key, static rows => new OwnedElements(rows.Key, [.. rows.SelectMany(static row => row.Elements.Split(' '))]));

    /// <summary>The elements of a type that follow from rows.</summary>
    public static OwnedElements OwnedIn(string type) => Owned[type];

    /// <summary>Why a client may not change an element so; null when it may.</summary>
    public static string? WhyNot(string type, ChangedElement changed)
    {
        var row = Array.Find(Rows, row => row.Type == type && row.Elements.Split(' ').Any(element => Fits(element, changed.Path)));
        var isAllowed = row.Say == ClientSay.Commands || (row.Say == ClientSay.Adds && changed.IsNew);
        return isAllowed ? null : row.Why;
    }

    private static bool Fits(string element, string path) => element.EndsWith("*]", StringComparison.Ordinal)
        ? path.StartsWith(element[..^2], StringComparison.Ordinal)
        : element == path;
}
