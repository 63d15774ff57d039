using System.Globalization;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>
/// Collects a field of an outgoing v2 message. A whole field takes identifiers, codes, names and times as they are, and gives them the
/// components of its data type; of a list each becomes a repetition.
/// </summary>
internal sealed class OutWriter : TargetWriter
{
    private static readonly MapKind[] Structured = [MapKind.Identifier, MapKind.Code, MapKind.Item, MapKind.Time];

    private readonly FieldPath _path;
    private readonly string _type;

    public OutWriter(TargetPath target)
    {
        var number = (int index) => target.Steps.Count > index ? int.Parse(target.Steps[index].Name, CultureInfo.InvariantCulture) : 0;
        var occurrence = target.Steps[0].Key == TargetKey.Index ? target.Steps[0].KeyNumber : 1;
        var repetition = target.Steps[1].Key == TargetKey.Index ? target.Steps[1].KeyNumber : 0;
        _path = new FieldPath(target.Root, occurrence, number(1), repetition, number(2), number(3));
        _type = _path.Component == 0 ? Hl7Fields.TypeOf(_path.Segment, _path.Field) ?? "ST" : "ST";
    }

    public override string Name => "out." + _path;

    /// <summary>What it makes the parts of a field of; anything else is to be made a text first.</summary>
    public bool Takes(MapType type) =>
        type.Kind == MapKind.Time || (_path.Component == 0 && (type.IsList || Structured.Contains(type.Kind)));

    public override void Write(EvalContext context, in MapValue value)
    {
        if (IsNull(value))
        {
            context.Output.Add(new OutField(_path, null));
            return;
        }

        var items = value.Items;
        for (var i = 0; i < items.Length; i++)
            WriteOne(context, items.Length > 1 ? _path with { Repetition = i + 1 } : _path, items[i]);
    }

    private void WriteOne(EvalContext context, in FieldPath path, in MapValue value)
    {
        if (value.AsTime() is { } time)
        {
            Add(context, path, OutTypes.TimeText(time, _type, context.Settings.Zone));
            return;
        }

        IReadOnlyList<OutPart> parts = value.AsIdentifier() is { } id ? OutTypes.PartsOf(id, _type)
            : value.AsCode() is { } code ? OutTypes.PartsOf(code)
            : value.AsItem() is { } item ? OutTypes.PartsOf(item)
            : value.AsText() is { } text ? OutTypes.PartsOf(text, _type)
            : [];
        if (parts is [{ Component: 0 } whole])
        {
            Add(context, path, whole.Text);
            return;
        }

        foreach (var part in parts)
        {
            Add(context, path with
            {
                Repetition = Math.Max(path.Repetition, 1),
                Component = part.Component,
                SubComponent = part.SubComponent,
            }, part.Text);
        }
    }

    private static void Add(EvalContext context, in FieldPath path, string? text)
    {
        if (!string.IsNullOrEmpty(text)) context.Output.Add(new OutField(path, text));
    }
}
