// How the OHIF viewer reaches the engine that serves it: DICOMweb beside the viewer's own address, also behind a proxy.
// Written when the viewer is installed; https://docs.ohif.org/configuration/ tells what else can be set.
(() => {
  const here = new URL('.', document.currentScript.src);
  const dicomWeb = new URL('../dicomweb', here).href;
  window.config = {
    name: 'CloudPacs',
    routerBasename: here.pathname,
    extensions: [],
    modes: [],
    customizationService: {},
    showStudyList: true,
    showLoadingIndicator: true,
    showCPUFallbackMessage: true,
    showWarningMessageForCrossOrigin: false,
    strictZSpacingForVolumeViewport: true,
    groupEnabledModesFirst: true,
    maxNumberOfWebWorkers: 3,
    maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
    defaultDataSourceName: 'dicomweb',
    dataSources: [
      {
        namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
        sourceName: 'dicomweb',
        configuration: {
          friendlyName: 'CloudPacs',
          name: 'cloudpacs',
          qidoRoot: dicomWeb,
          wadoRoot: dicomWeb,
          wadoUriRoot: new URL('../wado', here).href,
          qidoSupportsIncludeField: true,
          supportsFuzzyMatching: true,
          supportsWildcard: true,
          imageRendering: 'wadors',
          thumbnailRendering: 'thumbnail',
          enableStudyLazyLoad: true,
          dicomUploadEnabled: false,
          singlepart: 'bulkdata,video,pdf',
          bulkDataURI: { enabled: true },
          omitQuotationForMultipartRequest: true,
        },
      },
    ],
  };
})();
