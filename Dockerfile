# Palimpsest with its schedule, its crawler and its reading room. docs/container.md says how it is run.
FROM debian:bookworm-slim AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3-pip python3-venv
WORKDIR /build
COPY requirements.lock ./
# The lock holds what developers need too. All of it is held against its digests; what runs is picked below.
RUN pip download --quiet --require-hashes --only-binary :all: --requirement requirements.lock --dest /wheels
COPY . ./
RUN python3 -m venv --without-pip /opt/palimpsest \
    && pip --python /opt/palimpsest/bin/python install --quiet --no-index --find-links /wheels '.[postgres]' \
    && /opt/palimpsest/bin/python -c 'import palimpsest.crawler.extraction, palimpsest.web, trafilatura'

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /archive --shell /usr/sbin/nologin palimpsest \
    && install --directory --owner palimpsest --group palimpsest /archive
COPY --from=build /opt/palimpsest /opt/palimpsest
ENV PATH=/opt/palimpsest/bin:$PATH PALIMPSEST_ARCHIVE=/archive
USER palimpsest
WORKDIR /archive
VOLUME /archive
EXPOSE 8000
# A crawl that is stopped stores what is in hand first: give it time (`docker stop --time 120`).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python3", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=8)"]
ENTRYPOINT ["palimpsest"]
CMD ["run", "--serve", "--host", "0.0.0.0"]
