using CloudPacs.Dicom;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Writes a value of a domain command; null leaves it as if nothing was sent.</summary>
internal sealed class CommandFieldWriter(CommandField command, LimitKind? limit) : TargetWriter
{
    // The worklist attributes with the same limits; a key is checked where it enters.
    private static readonly DictionaryEntry ShortId = Entry(Tags.AccessionNumber), LongId = Entry(Tags.PatientId), Uid =
        Entry(Tags.StudyInstanceUid);
    private readonly MwlText? _text = command.MaxCharacters switch
    {
        0 => null,
        CommandField.Uid => new(Uid, limit),
        CommandField.LongId => new(LongId with { Keyword = command.Name }, limit),
        _ => new(ShortId with { Keyword = command.Name }, limit),
    };

    public override string Name => command.Name;

    public override MapType? Wish => command.Type;

    public override void Write(EvalContext context, in MapValue value)
    {
        if (IsNull(value))
        {
            if (command.IsKept) context.Warn("not-deleted", Name, value);
            return;
        }

        if (command.Role == IdRole.None) command.Set(context, value);
        else if (value.IsList) WriteIds(context, value);
        else if (Usable(context, value) is { HasValue: true } id) command.Set(context, id);
        else if (command.Role == IdRole.Names && context.Output.Command is MappedPatient patient) patient.IsMisnamed = true;
    }

    /// <summary>The id in the form in which it is compared and shown; absent, and the failure said, when it has none.</summary>
    private MapValue Usable(EvalContext context, in MapValue value)
    {
        if (Read(context, value) is not { } id) return MapValue.Absent;
        if (FindProblem(id) is { } problem) return Refuse(context, problem, value);
        if (_text is not null)
        {
            if (_text.Convert(context, MapValue.Text(id.Value).From(value)) is not { } text || context.Failure is not null)
            {
                if (command.Role == IdRole.Further && context.Failure is { } failure)
                    context.Failure = failure with { Severity = Severity.Warning };
                return MapValue.Absent;
            }

            if (text != id.Value) id = id with { Value = text }; // shortened to one of its own by the policy longId
        }

        return (command.Type.Single == MapType.Identifier ? MapValue.Identifier(id) : MapValue.Text(id.Value)).From(value);
    }

    private MappedIdentifier? Read(EvalContext context, in MapValue value)
    {
        if (value.AsIdentifier() is { } known) return known;
        var authority = command.IsAccession ? context.Settings.Policy.AccessionAuthority ?? context.DefaultNamespace : null;
        if (command.TakesNumbers && value.Kind == MapKind.Node)
            return AssigningAuthorities.ReadEi(value.AsNode(), context) is { } sent
                ? sent.HasAuthority ? sent : sent with { Namespace = authority }
                : null;
        return IdCharacters.Normalize(value.AsText() ?? "") is { Length: > 0 } text ? new MappedIdentifier(text, authority) : null;
    }

    /// <summary>One of several that cannot be used does not keep out the others.</summary>
    private void WriteIds(EvalContext context, in MapValue list)
    {
        var (kept, count) = (new MapValue[list.Items.Length], 0);
        foreach (var item in list.Items)
        {
            if (Usable(context, item) is { HasValue: true } id) kept[count++] = id;
            if (context.Failure is not { } failure) continue;
            if (failure.Severity == Severity.Error) return;
            context.Failure = null;
            context.Sink.Add(new Problem(
                failure.Code, failure.Severity, Locations.Of(context, failure.Culprit, firstPath: null), failure.Text!, "map:" + Name));
        }

        command.Set(context, MapValue.List(MapKind.Identifier, kept, count));
    }

    private string? FindProblem(MappedIdentifier id)
    {
        if (command.Role == IdRole.GoesAway)
            return id.Value.AsSpan().ContainsAny('\uFFFD', '\0') ? IdCharacters.FindProblem(id.Value) : null;
        return IdCharacters.FindProblem(id.Value)
            ?? FindProblemOfAuthority(id.Namespace) ?? FindProblemOfAuthority(id.UniversalId) ?? FindLongIssuer(id);
    }

    /// <summary>The issuer of a patient id is one text (PS3.3 table C.7-1); that of other numbers is a sequence, which holds any.</summary>
    private string? FindLongIssuer(MappedIdentifier id) =>
        command.Level == RunLevel.Patient && (id.Namespace ?? id.UniversalId) is { Length: > CommandField.LongId } issuer
        && VrRules.CountCharacters(issuer) > CommandField.LongId
            ? $"has an assigning authority of more than {CommandField.LongId} characters"
            : null;

    private static string? FindProblemOfAuthority(string? name) =>
        name is not null && IdCharacters.FindProblem(name) is { } problem ? "has an assigning authority that " + problem : null;

    private MapValue Refuse(EvalContext context, string problem, in MapValue culprit) => command.Role == IdRole.Further
        ? context.Leave(102, $"{Name} {problem}: it was left out; send it without.", culprit)
        : context.Fail(102, $"{Name} {problem}: send it without.", culprit);

    private static DictionaryEntry Entry(Tag tag) => DicomDictionary.TryGet(tag, out var entry)
        ? entry
        : throw new InvalidOperationException($"{tag} is not in the dictionary.");
}
