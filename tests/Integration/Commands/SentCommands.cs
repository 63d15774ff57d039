using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPacs.Dicom;
using CloudPacs.Domain;
using CloudPacs.Domain.Orders;
using CloudPacs.Domain.Patients;
using CloudPacs.Domain.Scheduling;
using CloudPacs.Integration.Commands;
using CloudPacs.Integration.Messages;

namespace CloudPacs.Integration.Tests.Commands;

/// <summary>Commands that a message was read as, as the body that an administrator would send for them.</summary>
internal static class SentCommands
{
    public static string Of(CommandSet commands, InboundMessage message)
    {
        var context = commands.Context;
        var request = new CommandRequest
        {
            Actor = context.Actor,
            Sender = message.Sender!.Name,
            SentAt = context.SentAt,
            DefaultAuthority = context.DefaultAuthority,
            AccessionAuthority = context.AccessionAuthority,
            Facility = context.Facility,
        };
        request = commands switch
        {
            OrderCommands orders => request with { Patient = orders.Patients is [var patient, ..] ? patient : null, Orders = orders.Commands },
            PatientCommands patients => request with { Patients = patients.Commands },
            AppointmentCommands appointment => request with { Appointment = appointment.Command },
            _ => throw new ArgumentException("There is no other kind.", nameof(commands)),
        };
        var json = JsonSerializer.SerializeToNode(request, CommandJson.Options)!;
        // Orders of a message may share one procedure, of which each has some steps.
        for (var i = 0; i < request.Orders?.Count; i++)
            if (json["orders"]![i]!["procedure"] is { } procedure) procedure["steps"] = JsonSerializer.SerializeToNode(request.Orders[i].Steps, CommandJson.Options);
        LeaveOutValues(json);
        return json.ToJsonString();
    }

    /// <summary>Whether the message held values that commands cannot even say: the domain refuses them by what the map found.</summary>
    public static bool AreFaulty(CommandSet commands)
    {
        if (commands.Faults.Any(static fault => fault.IsError)) return true;
        IEnumerable<Details?> parts = commands switch
        {
            OrderCommands orders =>
            [
                .. orders.Patients, .. orders.Commands, .. orders.Commands.Select(static c => c.Procedure), .. orders.Commands.SelectMany(static c => c.Steps),
            ],
            PatientCommands patients => patients.Commands.Select(static c => c.Patient),
            AppointmentCommands appointment => [appointment.Command, appointment.Command.Patient],
            _ => [],
        };
        return parts.Any(static part => part?.Faults.Any(static fault => fault.IsError) == true);
    }

    /// <summary>The maps write some values twice, as attributes too.</summary>
    private static void LeaveOutValues(JsonNode? node)
    {
        if (node is JsonArray list)
            foreach (var item in list) LeaveOutValues(item);
        if (node is not JsonObject members) return;
        foreach (var (name, value) in members)
        {
            if (!name.EndsWith("ttributes", StringComparison.Ordinal)) LeaveOutValues(value);
            else if (value is JsonObject attributes)
                foreach (var key in attributes.Select(static member => member.Key).Where(IsValue).ToList()) attributes.Remove(key);
        }
    }

    private static bool IsValue(string key) => Tag.TryParse(key, out var tag) && (AttributeChecks.IsValue(tag) || tag == StandIns.Mark);
}
