using FluentValidation;

namespace CloudPacs.Settings;

/// <summary>Two listeners of the engine itself must not be set to one port.</summary>
internal static class PortConflicts
{
    public static void Check(EngineSettings settings, ValidationContext<EngineSettings> context)
    {
        List<(string Key, int Port)> ports = [("Mllp.Port", settings.Mllp.Port)];
        foreach (var (name, listener) in settings.Mllp.Listeners) ports.Add(($"Mllp.Listeners.{name}.Port", listener.Port));
        ports.Add(("Dicom.Port", settings.Dicom.Port));
        if (settings.Dicom.Tls is not null) ports.Add(("Dicom.TlsPort", settings.Dicom.TlsPort));
        ports.Add(("Http.Port", settings.Http.Port));
        foreach (var same in ports.Where(static p => p.Port is > 0 and <= 65535).GroupBy(static p => p.Port))
        {
            foreach (var (key, port) in same.Skip(1))
                context.AddFailure(
                    key, $"'{port}' is the port of {same.First().Key.Replace('.', ':')} too. | Give each listener a port of its own.");
        }
    }
}
