using CloudPacs.Dicom;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Writes one worklist attribute that holds text or numbers.</summary>
internal sealed class MwlWriter(MwlPath path, LimitKind? limit, bool isList) : TargetWriter
{
    private readonly MwlText _text = new(path.Entry, limit);
    private readonly (Tag Tag, VR VR) _attribute = (path.Entry.Tag, path.Entry.VR);

    public override bool Deletes => true;

    public override string Name => path.Name;

    public override Tag? Attribute => path.Attribute;

    // Dates and numbers convert themselves; for all others the operands of ?? and ?: are read as text.
    public override MapType? Wish => path.Entry.VR is VR.DA or VR.TM or VR.DT ? null : isList ? MapType.Text.List : MapType.Text;

    public override void Write(EvalContext context, in MapValue value)
    {
        if (IsNull(value))
        {
            path.Open(context).SetEmpty(path.Entry.Tag);
            return;
        }

        if (value.IsList && value.Items is [var only] && limit != LimitKind.Split)
        {
            if (_text.Convert(context, only) is { } text && context.Failure is null)
                path.Open(context).Set(_attribute.Tag, _attribute.VR, text);
        }
        else if (value.IsList)
        {
            var texts = new List<string>(value.Items.Length);
            foreach (var item in value.Items)
            {
                if (_text.Convert(context, item) is not { } one) continue;
                if (limit == LimitKind.Split) texts.AddRange(_text.Split(one));
                else texts.Add(one);
            }

            if (texts.Count == 1 && context.Failure is null) path.Open(context).Set(_attribute.Tag, _attribute.VR, texts[0]);
            else if (texts.Count > 1 && context.Failure is null) path.Open(context).Set(_attribute.Tag, _attribute.VR, [.. texts]);
        }
        else if (_text.Empties(context, value))
        {
            path.Open(context).SetEmpty(_attribute.Tag);
        }
        else if (_text.Convert(context, value) is { } single && context.Failure is null)
        {
            if (limit == LimitKind.Split) path.Open(context).Set(_attribute.Tag, _attribute.VR, [.. _text.Split(single)]);
            else path.Open(context).Set(_attribute.Tag, _attribute.VR, single);
        }
    }

    public override void WriteEmpty(EvalContext context) => path.Open(context).SetEmpty(path.Entry.Tag);
}
