using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
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
            Description = "The package as a file or at an address; else npm downloads it, from where it is set to download from",
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
                result.Output().WriteLine($"The {ViewerPackage.Ohif.Name} is in {folder} already.");
            }
            else
            {
                await InstallAsync(installation, result.GetValue(from), result.Output(), cancellationToken);
                result.Output().WriteLine($"The {ViewerPackage.Ohif.Name} is in {folder}.");
            }

            result.Output().WriteLine($"A running engine shows it at http://127.0.0.1:{settings.Http.Port}{ViewerRoutes.Root}/");
            return Cli.Done;
        });
        return command;
    }

    private static async Task InstallAsync(
        ViewerInstallation installation, string? from, TextWriter output, CancellationToken cancellationToken)
    {
        try
        {
            if (from is null)
            {
                await InstallByNpmAsync(installation, output, cancellationToken);
            }
            else if (Uri.TryCreate(from, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                output.WriteLine($"Downloading {ViewerPackage.Ohif.Size} from {address} …");
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
        catch (Exception e) when (e is HttpRequestException or InvalidDataException or Win32Exception)
        {
            throw new StartException(
                $"{e.Message} Where npm is missing, or this machine reaches no other, run npm pack {ViewerPackage.Ohif.Specification} "
                    + "elsewhere and give the file: viewer --from FILE",
                e);
        }
    }

    /// <summary>npm knows where a site gets its packages from: the public registry, or a mirror of its own.</summary>
    private static async Task InstallByNpmAsync(ViewerInstallation installation, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine($"Downloading {ViewerPackage.Ohif.Size} with npm …");
        var folder = Directory.CreateTempSubdirectory("cloudpacs-viewer");
        try
        {
            using var npm = Process.Start(new ProcessStartInfo(
                "npm", ["pack", ViewerPackage.Ohif.Specification, "--silent", "--pack-destination", folder.FullName])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            var printed = npm.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await npm.StandardError.ReadToEndAsync(cancellationToken);
            await printed;
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0 || folder.GetFiles("*.tgz") is not [var file, ..])
                throw new InvalidDataException($"npm did not download {ViewerPackage.Ohif.Specification}. {errors.Trim()}".Trim());
            await using var packed = file.OpenRead();
            await installation.RunAsync(packed, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
