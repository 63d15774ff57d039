using CloudPacs.Mapping.Fhir;
using CloudPacs.Store;
using CloudPacs.Store.Fhir;
using CloudPacs.Store.Workspaces;

namespace CloudPacs.Resources;

/// <summary>
/// Where the objects of studies are fetched: one Endpoint for all of them, as all are fetched from here, wherever their bytes are (FHIR R4
/// endpoint.html, IHE IMR). It shows no row, but a setting.
/// </summary>
internal static class EndpointResource
{
    public const string Name = "Endpoint";

    /// <param name="installation">Namespace of the installation: the id is the same at every start.</param>
    public static Guid IdOf(Guid installation) => Uuid5.Create(installation, "Endpoint dicom-wado-rs");

    /// <summary>Writes a version when the address is another one than before.</summary>
    /// <param name="workspace">Has the resource, and takes its next version.</param>
    /// <param name="address">Root of the DICOMweb services, as callers reach it.</param>
    /// <param name="now">meta.lastUpdated of a new version.</param>
    public static void Write(Workspace workspace, string address, DateTimeOffset now)
    {
        var id = IdOf(workspace.InstallationNamespace).ToString();
        var last = workspace.FindFhir(Name, id);
        var patch = new FhirPatch(Name);
        var stored = last is null ? null : new StoredResource(last.Content, last.Slots, new OwnedElements(Name, []));
        var elements = new ResourceElements(
            patch, stored, isDescribed: false, new ResourceRun(workspace, new ResourceContext { Now = now, SiteZone = TimeZoneInfo.Utc }));
        elements.Code("status", "active");
        elements.Set("connectionType", static made => WriteCoding(
            made, "http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "dicom-wado-rs", "DICOM WADO-RS"));
        elements.Code("name", "DICOMweb");
        elements.Set("payloadType", static made => made.List(["113014"], static (made, code) =>
        {
            made.BeginObject();
            made.Name("coding"u8);
            made.BeginArray();
            WriteCoding(made, "http://dicom.nema.org/resources/ontology/DCM", code, "Study");
            made.EndArray();
            made.EndObject();
        }));
        elements.Set("payloadMimeType", static made => made.List(["application/dicom"], static (made, type) => made.Text(type)));
        elements.Code("address", address);
        var head = new ResourceHead(id, (last?.Version ?? 0) + 1, now);
        var result = new JsonText();
        if (!FhirMerge.Write(stored, patch, head, result)) return;
        workspace.PutFhir(new FhirResourceRow
        {
            Type = Name, Id = id, Version = head.Version, LastUpdated = now, Content = result.Take(0),
        });
    }

    private static void WriteCoding(JsonText json, string system, string code, string display)
    {
        json.BeginObject();
        json.Text("system"u8, system);
        json.Text("code"u8, code);
        json.Text("display"u8, display);
        json.EndObject();
    }
}
