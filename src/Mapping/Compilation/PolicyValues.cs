using System.Reflection;
using CloudPacs.Mapping.Functions;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Policies as values for <c>$sender.x</c>; looked up at load only.</summary>
internal static class PolicyValues
{
    public static (MapType Type, MapValue Value)? Find(SenderPolicy policy, string name)
    {
        if (name.Length == 0 || !char.IsAsciiLetterLower(name[0])) return null;
        var property = typeof(SenderPolicy).GetProperty(char.ToUpperInvariant(name[0]) + name[1..], BindingFlags.Public | BindingFlags.Instance);
        if (property is null) return null;
        var value = property.GetValue(policy);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(bool)) return (MapType.Bool, value is bool flag ? MapValue.Bool(flag) : MapValue.Absent);
        if (type == typeof(string)) return (MapType.Text, MapValue.Text((string?)value));
        return type == typeof(IReadOnlyList<string>) ? (MapType.Text.List, MapValue.List(MapKind.Text, ((IReadOnlyList<string>)value!).Select(MapValue.Text))) : null;
    }
}
