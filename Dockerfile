FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_NO_INPUT=1
RUN python -m venv /opt/raadsmaat
WORKDIR /src
COPY requirements/run.txt requirements/
RUN /opt/raadsmaat/bin/pip install --require-hashes -r requirements/run.txt
COPY . .
RUN /opt/raadsmaat/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
# The number is fixed, so that an administrator can let this user read a file of the host.
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin raadsmaat \
    && install -d -o raadsmaat -g raadsmaat -m 0700 /data
COPY --from=build /opt/raadsmaat /opt/raadsmaat
# The web server tells Docker how it goes. It answers inside the container only, until RAADSMAAT_WEB_HOST says more.
ENV PATH=/opt/raadsmaat/bin:$PATH RAADSMAAT_DATA=/data RAADSMAAT_WEB_PORT=8080 RAADSMAAT_LOG_JSON=true PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=1m --timeout=30s --start-period=2m CMD ["raadsmaat", "gezond"]
ENTRYPOINT ["raadsmaat"]
CMD ["start"]
