namespace CloudPacs.Integration.Tests.Messages;

/// <summary>What a damaged value means to a receiver.</summary>
internal enum LossKind { Text, Date, Time, Number, Code, Id, Uid, Flag }

/// <summary>A part of a message that the maps read: component from 1, or the whole field where its type has no components.</summary>
internal sealed record LossPart(string Segment, int Occurrence, int Field, int Component, LossKind Kind, bool IsWhole = false)
{
    public string Place => $"{Segment}^{Occurrence}^{Field}";

    public override string ToString() => $"{Place}.{Component}";
}

/// <summary>A valid message with all that the maps read, and what was sent before it.</summary>
internal sealed class LossSample(string name, string type, string[] segments, LossPart[] parts, LossSample? before = null)
{
    public IReadOnlyList<LossPart> Parts => parts;

    /// <summary>Another id in it is another order, which is shown too; in other messages it is another patient, who has no order.</summary>
    public bool IsOrder { get; } = type.StartsWith('O');

    /// <summary>The message that is sent first; null for none.</summary>
    public LossSample? Before => before;

    public string Message(int number = 1) => Build(segments, number);

    /// <summary>The message with another value in one part.</summary>
    public string With(LossPart part, string value, int number = 1)
    {
        string[] changed = [.. segments];
        var fields = changed[IndexOf(part)].Split('|');
        var components = part.IsWhole ? [fields[part.Field]] : fields[part.Field].Split('^');
        components[part.Component - 1] = value;
        fields[part.Field] = value == "\"\"" ? value : string.Join('^', components);
        changed[IndexOf(part)] = string.Join('|', fields);
        return Build(changed, number);
    }

    public string ValueOf(LossPart part)
    {
        var field = segments[IndexOf(part)].Split('|')[part.Field];
        return part.IsWhole ? field : field.Split('^')[part.Component - 1];
    }

    public override string ToString() => name;

    private string Build(string[] lines, int number) =>
        $@"MSH|^~\&|HIS|MERCY|CP|CP|202603100830{number:00}||{type}|M{number}|P|2.5.1||||||UNICODE UTF-8" + '\r' + string.Join('\r', lines) + '\r';

    private int IndexOf(LossPart part)
    {
        var left = part.Occurrence;
        for (var i = 0; ; i++)
        {
            if (segments[i].StartsWith(part.Segment, StringComparison.Ordinal) && --left == 0) return i;
        }
    }
}
