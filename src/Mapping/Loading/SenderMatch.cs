using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Loading;

/// <summary>
/// One entry of <c>match:</c>: a field of the message, the listener or the client certificate must be this text, or start with it when a *
/// ends it.
/// </summary>
internal sealed record SenderMatch(string Key, FieldPath? Path, string Text, bool IsPrefix)
{
    public bool Matches(Message message, string? listener, string? certificate)
    {
        var value = Key switch { "listener" => listener, "certificate" => certificate, _ => message.Get(Path!.Value).Text };
        return value is not null && (IsPrefix ? value.StartsWith(Text, StringComparison.Ordinal) : value == Text);
    }

    /// <summary>No value can fulfil both.</summary>
    public bool Excludes(SenderMatch other) => Key == other.Key && (IsPrefix, other.IsPrefix) switch
    {
        (false, false) => Text != other.Text,
        (true, false) => !other.Text.StartsWith(Text, StringComparison.Ordinal),
        (false, true) => !Text.StartsWith(other.Text, StringComparison.Ordinal),
        _ => !Text.StartsWith(other.Text, StringComparison.Ordinal) && !other.Text.StartsWith(Text, StringComparison.Ordinal),
    };
}
