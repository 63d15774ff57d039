using CloudPacs.Dicom;
using CloudPacs.Mapping.Evaluation;
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
        if (IsNull(value)) return;
        if (_text is null)
        {
            command.Set(context, value);
            return;
        }

        var sent = value.AsText();
        if (_text.Convert(context, MapValue.Text(sent).From(value)) is not { } text || context.Failure is not null) return;
        // A number is matched as it was sent, with the characters that DICOM cannot show; only one that is too long gets another.
        if (text == sent) command.Set(context, value);
        else if (command.MaxCharacters == CommandField.LongId && text.Length > 0 && VrRules.Clean(sent!, VR.LO) == text)
            command.Set(context, value);
        else command.Set(context, value.AsIdentifier() is { } identifier
            ? MapValue.Identifier(identifier with { Value = text }).From(value)
            : MapValue.Text(text));
    }

    private static DictionaryEntry Entry(Tag tag) => DicomDictionary.TryGet(tag, out var entry)
        ? entry
        : throw new InvalidOperationException($"{tag} is not in the dictionary.");
}
