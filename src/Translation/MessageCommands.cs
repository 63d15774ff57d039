using CloudPacs.Domain;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Workspaces;
using Problem = CloudPacs.Hl7v2.Problem;
using Severity = CloudPacs.Hl7v2.Severity;

namespace CloudPacs.Translation;

/// <summary>A mapped message as commands to the domain, with the way back: what came of them in the words of HL7.</summary>
internal sealed class MessageCommands
{
    private readonly MessageParts _parts = new();
    private readonly MappedMessage _message;

    public MessageCommands(MessageKind kind, MappedMessage message, SenderPolicy policy, ChangeContext context)
    {
        _message = message;
        Context = context;
        Commands = kind switch
        {
            MessageKind.Order => OrderTranslation.Commands(message, policy, context, _parts),
            MessageKind.Report => ReportTranslation.Commands(message, context, _parts),
            MessageKind.Patient => PatientTranslation.Commands(message, policy, context, _parts),
            _ => AppointmentTranslation.Commands(message, context, _parts),
        };
    }

    public ChangeContext Context { get; }

    /// <summary>Null for an event that is not applied.</summary>
    public CommandSet? Commands { get; }

    public WorkspaceKeys Keys(Guid installation) => Commands?.Keys(installation) ?? new WorkspaceKeys();

    public WorkspaceKeys? MoreKeys(Workspace loaded) => Commands?.MoreKeys(loaded);

    public CommandAnswer Apply(Workspace workspace, WhyHidden? whyHidden)
    {
        if (Commands is null) return OfUnknownEvent();
        var outcome = Commands.Apply(workspace, whyHidden);
        return new CommandAnswer
        {
            IsKept = outcome.IsKept,
            Problems = [.. new ProblemTranslation(_parts).Translate(outcome.Problems).DistinctBy(FaultOf)],
            Replies = [.. outcome.Orders.SelectMany(result => GroupReply.Of(result, _parts.UnitOf(result.Command)))],
            Audit = outcome.Audit,
            Flags = outcome.Flags,
            Described = _parts.ScopesOf(outcome.Described),
            TextOnly = outcome.TextOnly,
            Kept = outcome.Described.Where(row => outcome.Kept.ContainsKey(row.Value))
                .ToDictionary(static row => row.Key, row => new KeptAttributes(outcome.Kept[row.Value])),
            Reasons = outcome.Reasons,
        };
    }

    /// <summary>Rules that read one value find one fault, each in words of its own.</summary>
    private static Problem FaultOf(Problem problem) =>
        problem is { ApplicationCode: not null, Location: not null } ? problem with { Text = "", ApplicationCode = null } : problem;

    private CommandAnswer OfUnknownEvent()
    {
        var problem =
            new Problem(201, Context.IsStrict ? Severity.Error : Severity.Warning, new ErrorLocation("MSH", 1, 9), Context.IsStrict
            ? "This event is not one that the engine applies: ask for it or stop sending it."
            : "This event is not one that the engine applies: it was stored and nothing changed.");
        var answer = new CommandAnswer { IsKept = true, Problems = [] }.With(_message.Problems.Append(problem));
        return answer with { IsKept = !answer.Problems.Any(static p => p.Severity >= Severity.Error) };
    }
}

/// <summary>What came of the commands of a message, for its sender and for those who write down the rest.</summary>
internal sealed record CommandAnswer
{
    /// <summary>False when nothing of the message may stay.</summary>
    public required bool IsKept { get; init; }

    /// <summary>Errors first.</summary>
    public required IReadOnlyList<Problem> Problems { get; init; }

    /// <summary>Answers for each order group, in message order.</summary>
    public IReadOnlyList<GroupReply> Replies { get; init; } = [];

    public IReadOnlyList<AuditAct> Audit { get; init; } = [];

    public IReadOnlySet<string> Flags { get; init; } = new HashSet<string>();

    /// <summary>Scopes of the message by the row that they describe.</summary>
    public IReadOnlyDictionary<Row, object> Described { get; init; } = new Dictionary<Row, object>();

    /// <summary>Those of <see cref="Described"/> of which only text was taken.</summary>
    public IReadOnlySet<Row> TextOnly { get; init; } = new HashSet<Row>();

    /// <summary>The attributes of these rows of which the message brought a stand-in that was not taken.</summary>
    public IReadOnlyDictionary<Row, KeptAttributes> Kept { get; init; } = new Dictionary<Row, KeptAttributes>();

    /// <summary>Why rows were closed or held, in the sender's words.</summary>
    public IReadOnlyDictionary<Row, string> Reasons { get; init; } = new Dictionary<Row, string>();

    /// <summary>
    /// The same with what was found later; each problem once, and of a value that several rules read what was said first.
    /// </summary>
    public CommandAnswer With(IEnumerable<Problem> more)
    {
        var news = more.Where(later => later.Location is null
            || !Problems.Any(known => known.Code == later.Code && known.Location == later.Location));
        return this with { Problems = [.. Problems.Concat(news).Distinct().OrderBy(static problem => problem.Severity < Severity.Error)] };
    }
}
