using System.Collections.Frozen;
using CloudPacs.Store.Orders;
using static CloudPacs.Domain.Orders.OrderAction;
using static CloudPacs.Store.Orders.StepState;

namespace CloudPacs.Domain.Orders;

internal static partial class OrderControlTable
{
    private const string Any = "*";
    private const string Empty = "empty";

    private static readonly StepState?[] None = [null];
    private static readonly StepState?[] Every = [Draft, Scheduled, Arrived, Ready, Started, Departed, OnHold, Expired, Completed, Discontinued, Canceled];
    private static readonly StepState?[] Anything = [null, .. Every];
    private static readonly StepState?[] NotStarted = [Draft, Scheduled, Arrived, Ready, OnHold, Expired];
    private static readonly StepState?[] UnderWay = [Started, Departed];
    private static readonly StepState?[] Closed = [Completed, Discontinued, Canceled];
    private static readonly StepState?[] Stopped = [Discontinued, Canceled];
    private static readonly StepState?[] Open = [.. NotStarted, .. UnderWay];
    private static readonly StepState?[] Waiting = [Scheduled, Arrived, Ready];

    // HL7 table 0038.
    private static readonly FrozenSet<string> Statuses = new[] { "A", "CA", "CM", "DC", "ER", "HD", "IP", "RP", "SC" }.ToFrozenSet(StringComparer.Ordinal);

    // HL7 table 0119: what the placer is answered when the code was applied, and when it could not be (v2.5.1 4.5.1.1).
    private static readonly FrozenDictionary<string, (string Done, string Unable)> Answers = new Dictionary<string, (string, string)>
    {
        ["NW"] = ("OK", "UA"), ["RO"] = ("OK", "UA"), ["PA"] = ("OK", "UA"), ["CH"] = ("OK", "UA"), ["SN"] = ("NA", "UA"), ["NA"] = ("OK", "UA"),
        ["CA"] = ("CR", "UC"), ["DC"] = ("DR", "UD"), ["HD"] = ("HR", "UH"), ["RL"] = ("OR", "UR"), ["RP"] = ("RQ", "UM"), ["XO"] = ("XR", "UX"),
        ["SS"] = ("SR", "UA"), ["SC"] = ("OK", "UA"), ["RU"] = ("OK", "UA"), ["RQ"] = ("OK", "UA"), ["XX"] = ("OK", "UX"), ["XR"] = ("OK", "UX"),
        ["OC"] = ("OK", "UA"), ["CR"] = ("OK", "UA"), ["OD"] = ("OK", "UA"), ["DR"] = ("OK", "UA"), ["OH"] = ("OK", "UA"), ["HR"] = ("OK", "UA"),
        ["OE"] = ("OK", "UA"), ["OR"] = ("OK", "UA"), ["RE"] = ("OK", "UA"),
        ["OK"] = ("OK", "UA"), ["UA"] = ("OK", "UA"), ["UC"] = ("OK", "UA"), ["UD"] = ("OK", "UA"), ["UH"] = ("OK", "UA"), ["UM"] = ("OK", "UA"),
        ["UR"] = ("OK", "UA"), ["UX"] = ("OK", "UA"),
        ["CN"] = ("OK", "UA"), ["DE"] = ("OK", "UA"), ["PR"] = ("OK", "UA"), ["SR"] = ("OK", "UA"), ["SU"] = ("OK", "UA"), ["SQ"] = ("OK", "UA"),
        ["LI"] = ("OK", "UA"), ["UN"] = ("OK", "UA"), ["RR"] = ("OK", "UA"), ["NR"] = ("OK", "UA"), ["RF"] = ("OK", "UA"), ["AF"] = ("OK", "UA"),
        ["DF"] = ("OK", "UA"), ["OF"] = ("OK", "UA"), ["FU"] = ("OK", "UA"), ["UF"] = ("OK", "UA"), ["CP"] = ("OK", "UA"), ["MC"] = ("OK", "UA"),
        ["OP"] = ("OK", "UA"), ["PY"] = ("OK", "UA"), ["RA"] = ("OK", "UA"), ["RC"] = ("OK", "UA"), ["RD"] = ("OK", "UA"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Row[] Rows =
    [
        // New orders. Only these two put a closed entry back on the list, and nothing does so with a completed one.
        new("NW RO", Any, None, new(Create, Scheduled)),
        new("NW RO", Any, [Draft, Scheduled, Arrived, Ready, OnHold], new(Update)),
        new("NW RO", Any, [Expired], new(Reopen, Scheduled)),
        new("NW RO", Any, UnderWay, new(UpdateText)),
        new("NW RO", Any, Stopped, new(Reopen, Scheduled)),
        new("NW RO", Any, [Completed], new(Refuse, Code: 205)),

        // Parents and children.
        new("PA", Any, Anything, new(MakeParent)),
        new("CH", Any, None, new(Create, Scheduled)),
        new("CH", Any, NotStarted, new(Update)),
        new("CH", Any, UnderWay, new(UpdateText)),
        new("CH", Any, Closed, new(KeepAndWarn)),

        // Changes.
        new("XO XX XR", Any, None, new(CreateIfUpsert, Scheduled)),
        new("XO XX XR", Any, NotStarted, new(Update)),
        new("XO XX XR", Any, UnderWay, new(UpdateText)),
        new("XO XX XR", Any, Closed, new(KeepAndWarn)),

        // Replacements: the old order ends, the RO that follows takes its place.
        new("RP RU RQ", Any, None, new(Refuse, Code: 204)),
        new("RP RU RQ", Any, Open, new(Replace, Canceled)),
        new("RP RU RQ", Any, Stopped, new(Replace)),
        new("RP RU RQ", Any, [Completed], new(Refuse, Code: 207)),

        // Cancel requests and cancels done.
        new("CA", Any, None, new(RememberCancel)),
        new("CA", Any, [.. NotStarted, Departed], new(Close, Canceled)),
        new("CA", Any, [Started, Completed], new(Refuse, Code: 207)),
        new("CA", Any, Stopped, new(KeepAndWarn)),
        new("OC CR", Any, [null, Completed, Canceled], new(KeepAndWarn)),
        new("OC CR", Any, [.. Open, Discontinued], new(Close, Canceled)),

        // Discontinuation.
        new("DC", Any, None, new(Refuse, Code: 204)),
        new("DC", Any, Open, new(Close, Discontinued)),
        new("DC", Any, [Completed], new(Refuse, Code: 207)),
        new("DC", Any, Stopped, new(KeepAndWarn)),
        new("OD DR", Any, [null, .. Closed], new(KeepAndWarn)),
        new("OD DR", Any, Open, new(Close, Discontinued)),

        // Hold and release.
        new("HD OH HR", Any, None, new(Refuse, Code: 204)),
        new("HD OH HR", Any, [.. Waiting, Expired], new(Hold, OnHold)),
        new("HD OH HR", Any, [Draft, OnHold], new(KeepAndWarn)),
        new("HD OH HR", Any, [.. UnderWay, .. Closed], new(Refuse, Code: 207)),
        new("RL OE OR", Any, None, new(Refuse, Code: 204)),
        new("RL OE OR", Any, [OnHold], new(Release)),
        new("RL OE OR", Any, [Draft, .. Waiting, .. UnderWay, Expired, .. Closed], new(KeepAndWarn)),

        // Status messages, by ORC-5; XO and XX with a status that ends or holds mean the same.
        new("SC", "SC", None, new(CreateIfUpsert, Scheduled)),
        new("SC", "SC", [Draft], new(Reschedule, Scheduled)),
        new("SC", "SC", [.. Waiting, OnHold, Expired, .. UnderWay], new(Reschedule)),
        new("SC", "SC", Closed, new(KeepAndWarn)),
        new("SC", "IP", None, new(Refuse, Code: 204)),
        new("SC", "IP", Waiting, new(Start, Started)),
        new("SC", "IP", UnderWay, new(Keep)),
        new("SC", "IP", [Draft, OnHold, Expired, .. Closed], new(KeepAndWarn)),
        new("SC XO XX", "A", None, new(Refuse, Code: 204)),
        new("SC XO XX", "A", Every, new(KeepAndWarn)),
        new("SC", Empty, None, new(Keep)),
        new("SC", Empty, Every, new(KeepAndWarn)),
        new("SC", Any, Anything, new(KeepAndWarn)),
        new("SC XO XX", "CM", None, new(Refuse, Code: 204)),
        new("SC XO XX", "CM", Open, new(Close, Completed)),
        new("SC XO XX", "CM", [Completed], new(Keep)),
        new("SC XO XX", "CM", Stopped, new(KeepAndWarn)),
        new("SC XO XX", "CA", None, new(Refuse, Code: 204)),
        new("SC XO XX", "CA", Open, new(Close, Canceled)),
        new("SC XO XX", "CA", [Canceled], new(Keep)),
        new("SC XO XX", "CA", [Completed, Discontinued], new(KeepAndWarn)),
        new("SC XO XX", "DC", None, new(Refuse, Code: 204)),
        new("SC XO XX", "DC", Open, new(Close, Discontinued)),
        new("SC XO XX", "DC", [Discontinued], new(Keep)),
        new("SC XO XX", "DC", [Completed, Canceled], new(KeepAndWarn)),
        new("SC XO XX", "HD", None, new(Refuse, Code: 204)),
        new("SC XO XX", "HD", [.. Waiting, Expired], new(Hold, OnHold)),
        new("SC XO XX", "HD", [OnHold], new(Keep)),
        new("SC XO XX", "HD", [Draft, .. UnderWay, .. Closed], new(KeepAndWarn)),
        new("SC XO XX", "RP", None, new(Refuse, Code: 204)),
        new("SC XO XX", "RP", Open, new(Replace, Canceled)),
        new("SC XO XX", "RP", Stopped, new(Replace)),
        new("SC XO XX", "RP", [Completed], new(KeepAndWarn)),
        new("SC XO XX", "ER", [null, Started, Completed, .. Stopped], new(KeepAndWarn)),
        new("SC XO XX", "ER", [.. NotStarted, Departed], new(CloseAsError, Canceled)),

        // Numbers, questions, results.
        new("SN", Any, None, new(SendNumber, Draft)),
        new("SN", Any, Every, new(SendNumber)),
        new("NA", Any, None, new(Refuse, Code: 204)),
        new("NA", Any, Every, new(AssignNumber)),
        new("SS", Any, None, new(Refuse, Code: 204)),
        new("SS", Any, Every, new(ReportState)),
        new("RE OK UA UC UD UH UM UR UX", Any, None, new(Keep)),
        new("RE OK UA UC UD UH UM UR UX", Any, Every, new(KeepAndWarn)),
        new("CN DE PR SR SU SQ LI UN RR NR RF AF DF OF FU UF CP MC OP PY RA RC RD", Any, Anything, new(StoreOnly)),
    ];
}
