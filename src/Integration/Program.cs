using CloudPacs.Integration.CommandLine;

return await Cli.RunAsync(args);
