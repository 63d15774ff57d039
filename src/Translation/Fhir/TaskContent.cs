using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPacs.Translation.Fhir;

/// <summary>
/// What the Task of a step shows that only its order describes: the elements that <c>mappings/base/task.yaml</c> makes of a message.
/// </summary>
internal static class TaskContent
{
    public static JsonElement Of(JsonElement order, string? modality)
    {
        var code = order.Member("code");
        var codings = code.Items("coding").ToList();
        var task = new JsonObject
        {
            ["resourceType"] = "Task",
            ["code"] = new JsonObject { ["coding"] = new JsonArray(Coding("http://snomed.info/sct", "363679005", "Imaging")) },
        };
        if ((codings.ElementAtOrDefault(1).Text("display") ?? codings.FirstOrDefault().Text("display") ?? code.Words()) is { } description)
            task["description"] = description;
        var inputs = new JsonArray();
        if (modality is not null) inputs.Add(Input("map.modality", "Modality", Coding(StepReading.Dcm, modality, null)));
        if (codings.Count > 0)
        {
            var protocol = JsonNode.Parse(codings[Math.Min(1, codings.Count - 1)].GetRawText())!.AsObject();
            protocol.Remove("userSelected");
            inputs.Add(Input("map.protocol", "Protocol", protocol));
        }

        if (inputs.Count > 0) task["input"] = inputs;
        return JsonSerializer.SerializeToElement(task);
    }

    private static JsonObject Input(string id, string type, JsonObject coding) => new()
    {
        ["id"] = id,
        ["type"] = new JsonObject { ["text"] = type },
        ["valueCodeableConcept"] = new JsonObject { ["coding"] = new JsonArray(coding) },
    };

    private static JsonObject Coding(string system, string code, string? display)
    {
        var coding = new JsonObject { ["system"] = system, ["code"] = code };
        if (display is not null) coding["display"] = display;
        return coding;
    }
}
