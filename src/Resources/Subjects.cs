using CloudPacs.Dicom;
using CloudPacs.Mapping.Fhir;

namespace CloudPacs.Resources;

/// <summary>The subject of what modalities made.</summary>
internal static class Subjects
{
    /// <summary>R4 asks for a subject: one who is not known here is named as the modality knows it.</summary>
    public static void Write(DataSet attributes, FhirState state, ResourceElements elements)
    {
        if (state.PatientReference is { } known)
        {
            elements.Reference("subject", known);
            return;
        }

        elements.Set("subject", json =>
        {
            json.BeginObject();
            json.Text("type"u8, "Patient");
            if (attributes.GetString(Tags.PatientId) is { } id)
            {
                json.Name("identifier"u8);
                ResourceElements.WriteIdentifier(json, system: null, id);
            }
            else
            {
                json.Text("display"u8, "Not known");
            }

            json.EndObject();
        });
    }
}
