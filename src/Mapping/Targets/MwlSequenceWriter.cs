using CloudPacs.Dicom;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Writes whole items of a sequence: all of it, a new item, or the item of a name.</summary>
internal sealed class MwlSequenceWriter(MwlPath path, TargetStep step) : TargetWriter
{
    public override bool Deletes => true;

    public override string Name => path.Name;

    public override Tag? Attribute => path.Attribute;

    public override void Write(EvalContext context, in MapValue value)
    {
        var data = path.Open(context);
        var tag = path.Entry.Tag;
        if (IsNull(value))
        {
            if (step.Key == TargetKey.None) data.SetEmpty(tag);
            return;
        }

        if (step.Key == TargetKey.None)
        {
            data.SetSequence(tag, ItemsOf(value));
            return;
        }

        foreach (var made in value.Items)
        {
            if (made.AsItem() is not { } content) continue;
            var item = MwlPath.Item(context, data, tag, step.Key, step.KeyName, step.KeyNumber);
            foreach (var element in content) item.Add(element);
        }
    }

    private static DataSet[] ItemsOf(in MapValue value)
    {
        if (!value.IsList) return value.AsItem() is { } only ? [only] : [];
        var items = new DataSet[value.Items.Length];
        var count = 0;
        foreach (var item in value.Items)
        {
            if (item.AsItem() is { } content) items[count++] = content;
        }

        return count == items.Length ? items : items[..count];
    }

    public override void WriteEmpty(EvalContext context) => path.Open(context).SetEmpty(path.Entry.Tag);
}
