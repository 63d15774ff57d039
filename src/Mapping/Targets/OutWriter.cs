using System.Globalization;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Targets;

/// <summary>Collects a field of an outgoing v2 message.</summary>
internal sealed class OutWriter : TargetWriter
{
    private readonly FieldPath _path;

    public OutWriter(TargetPath target)
    {
        var number = (int index) => target.Steps.Count > index ? int.Parse(target.Steps[index].Name, CultureInfo.InvariantCulture) : 0;
        var occurrence = target.Steps[0].Key == TargetKey.Index ? target.Steps[0].KeyNumber : 1;
        var repetition = target.Steps[1].Key == TargetKey.Index ? target.Steps[1].KeyNumber : 0;
        _path = new FieldPath(target.Root, occurrence, number(1), repetition, number(2), number(3));
    }

    public override string Name => "out." + _path;

    public override MapType? Wish => MapType.Text;

    public override void Write(EvalContext context, in MapValue value) =>
        context.Output.Add(new OutField(_path, IsNull(value) ? null : value.AsText()));
}
