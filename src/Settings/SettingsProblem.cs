namespace CloudPacs.Settings;

/// <summary>One reason not to start: the key, what is wrong with its value, and the fix.</summary>
public sealed record SettingsProblem(string Key, string Text, string Fix)
{
    public override string ToString() => $"{Key}: {Text} {Fix}";
}

/// <summary>Stops the start; the message lists every problem.</summary>
public sealed class SettingsException(IReadOnlyList<SettingsProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<SettingsProblem> Problems { get; } = problems;
}
