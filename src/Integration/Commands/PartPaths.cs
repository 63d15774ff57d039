using CloudPacs.Domain;
using CloudPacs.Domain.Patients;

namespace CloudPacs.Integration.Commands;

/// <summary>Where the parts of commands stand in the request.</summary>
internal sealed class PartPaths
{
    private readonly Dictionary<Details, string> _paths = [];

    public PartPaths(CommandRequest request)
    {
        Add("patient", request.Patient);
        for (var i = 0; i < request.Orders?.Count; i++)
        {
            var order = request.Orders[i];
            Add($"orders[{i}]", order);
            Add($"orders[{i}].procedure", order.Procedure);
            for (var j = 0; j < order.Procedure?.Steps.Count; j++) Add($"orders[{i}].procedure.steps[{j}]", order.Procedure.Steps[j]);
        }

        for (var i = 0; i < request.Patients?.Count; i++)
        {
            Add($"patients[{i}].patient", request.Patients[i].Patient);
            if (request.Patients[i] is PairCommand pair) Add($"patients[{i}].other", pair.Other);
        }

        for (var i = 0; i < request.Studies?.Count; i++) Add($"studies[{i}]", request.Studies[i]);
        Add("appointment", request.Appointment);
        Add("appointment.patient", request.Appointment?.Patient);
    }

    /// <summary>The path of a part; null for one that the domain made itself, such as the order of a booking.</summary>
    public string? Of(Details part) => _paths.GetValueOrDefault(part);

    private void Add(string path, Details? part)
    {
        if (part is not null) _paths.Add(part, path);
    }
}
