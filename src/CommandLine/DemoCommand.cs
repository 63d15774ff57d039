using System.CommandLine;
using System.Net;
using CloudPacs.CommandLine.Demonstration;
using CloudPacs.Integration.Hosting;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Store.Studies;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs demo</c>: a day in small, played over real sockets against an engine with a data folder of its own.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var set = SettingsOption.Create();
        var keep = new Option<bool>("--keep") { Description = "Leave the engine running at the end, until Ctrl-C" };
        var command = new Command("demo", "Play an order's way from the hospital to the modality and explain each step") { set, keep };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            settings.Http.ViewerFolder = settings.ViewerFolder();
            settings.Data = Path.Combine(settings.Data, "demo");
            if (Directory.Exists(settings.Data)) Directory.Delete(settings.Data, recursive: true);
            settings.Mllp.Port = settings.Dicom.Port = settings.Http.Port = 0;
            settings.Site.TimeZone = settings.Site.TimeZone.Length > 0 ? settings.Site.TimeZone : TimeZoneInfo.Local.Id;

            var told = new StatusListener(TimeProvider.System);
            await using var his = new MllpListener(
                new MllpListenerOptions { Name = "his", EndPoint = new IPEndPoint(IPAddress.Loopback, 0) }, told, TimeProvider.System);
            await his.StartAsync(cancellationToken);
            settings.Outbound.Destinations["orm"] = new DestinationSettings
            {
                Host = his.EndPoint.Address.ToString(), Port = his.EndPoint.Port, Senders = ["HIS|MERCY"],
            };

            result.Output().WriteLine("Starting an engine with an empty database of its own …");
            using var loggers = LoggerFactory.Create(static _ => { });
            await using var app = WebHost.Create(settings, loggers);
            await using var engine = await Engine.StartAsync(settings, TimeProvider.System, loggers, cancellationToken);
            WebHost.Map(app, engine, settings, TimeProvider.System);
            await WebHost.StartAsync(app, engine, settings, cancellationToken);
            var day = new DayInSmall(
                engine.MllpListeners[0].EndPoint, engine.DicomServers[0].EndPoint, new Uri(app.Urls.First()),
                async (uid, token) => (await engine.Studies.Queries.FindStudiesAsync(
                    new StudyFilter { StudyInstanceUids = [uid] }, token).FirstAsync(token)).Id,
                told, result.Output());
            await day.PlayAsync(cancellationToken);
            if (!result.GetValue(keep)) return Cli.Done;
            result.Output().WriteLine("The engine goes on; stop it with Ctrl-C.");
            await app.WaitForShutdownAsync(cancellationToken);
            return Cli.Done;
        });
        return command;
    }
}
