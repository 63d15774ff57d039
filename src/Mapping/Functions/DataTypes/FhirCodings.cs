using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>FHIR Coding of codes and of rows of tables.</summary>
internal static class FhirCodings
{
    public static void Write(JsonText json, MapTableRow row) => Write(json, row.System, null, row.To, row.Display);

    public static void Write(JsonText json, string? system, string? version, string code, string? display, bool isUserSelected = false)
    {
        json.BeginObject();
        json.Text("system"u8, system);
        json.Text("version"u8, version);
        json.Text("code"u8, code);
        json.Text("display"u8, display);
        if (isUserSelected)
        {
            json.Name("userSelected"u8);
            json.Bool(true);
        }

        json.EndObject();
    }
}
