using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CloudPacs.Settings;

namespace CloudPacs.CommandLine;

/// <summary>Rules on the values of options, told as wrong usage; and defaults that follow the settings of this machine's engine.</summary>
internal static class OptionRules
{
    /// <summary>
    /// The verbs look for the engine where the settings put it; settings that are wrong are the matter of <c>serve</c> and <c>doctor</c>.
    /// </summary>
    private static readonly Lazy<EngineSettings> Local = new(static () =>
    {
        try
        {
            return SettingsLoader.Load(new Dictionary<string, string?>());
        }
        catch (SettingsException)
        {
            return new EngineSettings();
        }
    });

    public static EngineSettings LocalSettings => Local.Value;

    /// <summary>A port of the local engine; where the settings leave it open, the usual one.</summary>
    public static int LocalPort(Func<EngineSettings, int> portOf) =>
        portOf(LocalSettings) is > 0 and var port ? port : portOf(new EngineSettings());

    public static Option<int> Within(this Option<int> option, int least, int most) =>
        option.Checked(value => value >= least && value <= most, $"a whole number from {least} to {most}");

    public static Option<double> Within(this Option<double> option, double least, double most) =>
        option.Checked(
            value => value >= least && value <= most, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    public static Option<T> Checked<T>(this Option<T> option, Func<T, bool> isGood, string expected)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && TryGet(result, out var value) && !isGood(value))
                result.AddError($"{option.Name}: '{string.Join(' ', result.Tokens)}' is not {expected}.");
        });
        return option;

        static bool TryGet(OptionResult result, [NotNullWhen(true)] out T? value)
        {
            try
            {
                return (value = result.GetValueOrDefault<T>()) is not null;
            }
            catch (InvalidOperationException)
            {
                // Not even of the type: the parser tells it.
                value = default;
                return false;
            }
        }
    }
}
