using System.Reflection;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>
/// <c>$sender.x</c> and <c>$site.x</c>: variables of the files, policies, and what every sender has; constants, because they are known at
/// load.
/// </summary>
internal static class SettingVariables
{
    private static IEnumerable<string> PolicyNames => typeof(SenderPolicy).GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Select(static property => char.ToLowerInvariant(property.Name[0]) + property.Name[1..]);

    public static Compiled Compile(VariableExpression variable, CompileScope scope, Position at)
    {
        var member = variable.Members[0];
        var settings = scope.Settings;
        var fixedText = (variable.Name, member) switch
        {
            ("sender", "name") => settings.Sender,
            ("sender", "zone") => settings.Zone.Id,
            ("site", "name") => settings.Site,
            ("site", "zone") => settings.SiteZone.Id,
            ("site", "base") => settings.BaseUri,
            _ => null,
        };
        if (fixedText is not null) return Compiled.Constant(MapType.Text, MapValue.Text(fixedText));
        if (scope.VarTypes.TryGetValue(member, out var type)) return Compiled.Constant(type, settings.Vars.GetValueOrDefault(member));
        if (PolicyOf(settings.Policy, member) is var (policyType, value)) return Compiled.Constant(policyType, value);
        scope.Report(MapCodes.UnknownField, at, $"{variable} is not set by the site, the sender or a map.",
            Hints.DidYouMean(member, scope.VarTypes.Keys.Concat(PolicyNames).Concat(["name", "zone"]), $"Set it under vars: {member}."));
        return Compiled.Faulty;
    }

    private static (MapType Type, MapValue Value)? PolicyOf(SenderPolicy policy, string name)
    {
        if (name.Length == 0 || !char.IsAsciiLetterLower(name[0])) return null;
        var property = typeof(SenderPolicy)
            .GetProperty(char.ToUpperInvariant(name[0]) + name[1..], BindingFlags.Public | BindingFlags.Instance);
        if (property is null) return null;
        var value = property.GetValue(policy);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(bool)) return (MapType.Bool, value is bool flag ? MapValue.Bool(flag) : MapValue.Absent);
        if (type == typeof(string)) return (MapType.Text, MapValue.Text((string?)value));
        return type == typeof(IReadOnlyList<string>)
            ? (MapType.Text.List, MapValue.List(MapKind.Text, ((IReadOnlyList<string>)value!).Select(MapValue.Text)))
            : null;
    }
}
