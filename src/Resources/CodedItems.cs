using CloudPacs.Dicom;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Resources;

/// <summary>Items of code sequences (PS3.3 8.8) as FHIR Codings.</summary>
internal static class CodedItems
{
    public static string? CodeOf(DataSet item) => item.GetString(Tags.CodeValue) ?? item.GetString(Tags.LongCodeValue);

    /// <param name="json">Takes the Coding.</param>
    /// <param name="item">The item.</param>
    /// <param name="settings">Tables of the site, which name coding schemes; null when they are not at hand.</param>
    public static void Write(JsonText json, DataSet item, MapSettings? settings)
    {
        json.BeginObject();
        if (item.GetString(Tags.CodingSchemeDesignator) is { } scheme && settings is not null)
            json.Text("system"u8, CodeSchemes.FindUri(scheme, settings));
        json.Text("code"u8, CodeOf(item));
        json.Text("display"u8, item.GetString(Tags.CodeMeaning));
        json.EndObject();
    }
}
