using System.CommandLine;
using CloudPacs.Integration.Hosting;
using CloudPacs.Studies.Viewing;

namespace CloudPacs.CommandLine;

/// <summary><c>cloudpacs viewer</c>: installs the viewer that the engine serves at <c>/viewer</c>.</summary>
internal static class ViewerCommand
{
    public static Command Create()
    {
        var set = SettingsOption.Create();
        var from = new Option<string>("--from")
        {
            Description = "The package as a file, or another address to download it from",
            DefaultValueFactory = static _ => ViewerPackage.Ohif.Address.ToString(),
        };
        var command = new Command(
            "viewer", $"Install the viewer for /viewer: {ViewerPackage.Ohif.Name}, a download of {ViewerPackage.Ohif.Size}")
        {
            from, set,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = SettingsOption.Load(result, set);
            var folder = Path.GetFullPath(settings.ViewerFolder());
            var installation = new ViewerInstallation(ViewerPackage.Ohif, folder);
            if (installation.IsDone)
            {
                Console.WriteLine($"The {ViewerPackage.Ohif.Name} is in {folder} already.");
            }
            else
            {
                await InstallAsync(installation, result.GetValue(from)!, cancellationToken);
                Console.WriteLine($"The {ViewerPackage.Ohif.Name} is in {folder}.");
            }

            Console.WriteLine($"A running engine shows it at http://127.0.0.1:{settings.Http.Port}{ViewerRoutes.Root}/");
            return Cli.Done;
        });
        return command;
    }

    private static async Task InstallAsync(ViewerInstallation installation, string from, CancellationToken cancellationToken)
    {
        try
        {
            if (Uri.TryCreate(from, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                Console.WriteLine($"Downloading {ViewerPackage.Ohif.Size} from {address} …");
                using var client = new HttpClient();
                await using var packed = await client.GetStreamAsync(address, cancellationToken);
                await installation.RunAsync(packed, cancellationToken);
            }
            else
            {
                await using var packed = File.OpenRead(from);
                await installation.RunAsync(packed, cancellationToken);
            }
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException)
        {
            throw new StartException(
                $"{e.Message} Where this machine reaches no other, fetch {ViewerPackage.Ohif.Address} elsewhere and give the file: "
                    + "viewer --from FILE",
                e);
        }
    }
}
